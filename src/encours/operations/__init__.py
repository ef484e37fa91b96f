"""What whoever runs Encours needs: backup, restore, diagnosis; stands on all the others."""
